/** Replay jobs under a policy, as controller services. */
package io.nifireplay.services.coordination;
