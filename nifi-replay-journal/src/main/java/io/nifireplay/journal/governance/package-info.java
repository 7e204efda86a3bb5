/** Who may have what replayed: policies, approvals, and the coordinator that a journal is pinned to. */
package io.nifireplay.journal.governance;
