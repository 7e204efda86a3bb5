/** From the claim before a side effect to its outcome. */
package io.nifireplay.journal.delivery;
