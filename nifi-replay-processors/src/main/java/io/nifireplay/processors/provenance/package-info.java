/** Replay from NiFi's provenance, between NiFi's REST API and the journal, without a component of NiFi. */
package io.nifireplay.processors.provenance;
