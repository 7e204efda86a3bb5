/** Guarding a downstream against storms: the circuit breaker, and the pace of replays. */
package io.nifireplay.services.breaker;
