/** Replay jobs and due retries: what is emitted again, and how a job ends. */
package io.nifireplay.journal.replay;
