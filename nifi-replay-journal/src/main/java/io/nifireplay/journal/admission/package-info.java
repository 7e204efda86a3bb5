/** What may come in: arrivals, the table that decides about them, and the answers. */
package io.nifireplay.journal.admission;
