/** The keys that seal data on disk. */
package io.nifireplay.services.keyring;
