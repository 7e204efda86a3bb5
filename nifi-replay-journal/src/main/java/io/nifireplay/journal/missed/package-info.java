/** What was missed: events that nobody will finish by themselves, and numbers that never came. */
package io.nifireplay.journal.missed;
