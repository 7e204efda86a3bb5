/** From a FlowFile to the envelope of an event: its key, partition and what its producer says of it. */
package io.nifireplay.processors.envelope;
