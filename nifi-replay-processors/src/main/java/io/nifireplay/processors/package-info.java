/** The processors: they translate FlowFiles to the journal's words and back, and decide nothing. */
package io.nifireplay.processors;
