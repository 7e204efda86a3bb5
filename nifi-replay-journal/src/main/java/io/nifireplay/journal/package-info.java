/**
 * The journal of events: what arrived, what became of it, and what may be processed. It knows nothing of NiFi.
 */
package io.nifireplay.journal;
