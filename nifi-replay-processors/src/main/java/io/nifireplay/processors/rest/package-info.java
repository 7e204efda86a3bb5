/**
 * NiFi's own REST API, as far as a replay from provenance needs it: finding provenance events, asking for replays, and
 * finding out what the identity that asks may do. It knows nothing of NiFi's components.
 */
package io.nifireplay.processors.rest;
