/** Jobs whose FlowFiles NiFi replays from its own provenance. */
package io.nifireplay.journal.provenance;
