/** What came of a side effect, and whether it is tried again. */
package io.nifireplay.processors.delivery;
