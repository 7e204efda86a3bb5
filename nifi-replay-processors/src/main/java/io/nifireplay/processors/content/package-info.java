/** The contents of a batch of FlowFiles, as the journal reads them. */
package io.nifireplay.processors.content;
