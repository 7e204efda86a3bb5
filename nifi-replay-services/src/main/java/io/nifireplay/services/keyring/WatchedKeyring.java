/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.nifireplay.services.keyring;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A keyring that follows its file: a key that is added there is used within a few seconds. It never loses a key on the way:
 * a file that cannot be read, or that lacks a key that it had, changes nothing. Thread-safe.
 */
final class WatchedKeyring {
    /** Time between two looks at the file. */
    static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    /** Time between two tries to read a file that cannot be read and does not change. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

    /** Time after which it is told again that the file still cannot be followed. */
    static final Duration REMINDER_INTERVAL = Duration.ofMinutes(10);

    private final KeyStoreSettings settings;
    private final LongSupplier nanoTime;
    private final Listener listener;
    private final ReentrantLock looking = new ReentrantLock();

    private volatile Keyring keyring;
    private volatile long nextLook;

    /** The files at the last try to read them. This and the next three are guarded by the lock. */
    private KeyStoreSettings.Versions seen;

    /** Why the file is not followed; empty when it is. */
    private String problem = "";

    private long nextRetry;
    private long nextReminder;

    /** Is told what becomes of the keyring. */
    interface Listener {
        /** The keys, or which one is active, are others than before. */
        void changed(Keyring now);

        /** The file has changed, but the keyring stays as it was. */
        void kept(Keyring now, KeyringException why);
    }

    private WatchedKeyring(
            KeyStoreSettings settings,
            LongSupplier nanoTime,
            Listener listener,
            KeyStoreSettings.Versions seen,
            Keyring keyring) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.seen = seen;
        this.keyring = keyring;
        nextLook = nanoTime.getAsLong() + LOOK_INTERVAL.toNanos();
    }

    /**
     * Reads the keyring for the first time.
     *
     * @param nanoTime as of {@link System#nanoTime()}
     * @throws KeyringException when it cannot be read
     */
    static WatchedKeyring open(KeyStoreSettings settings, LongSupplier nanoTime, Listener listener)
            throws KeyringException {
        KeyStoreSettings.Versions versions = settings.versions();
        return new WatchedKeyring(settings, nanoTime, listener, versions, settings.read());
    }

    /**
     * The keyring as it is now. When a look at the file is due, one caller takes it, and waits for the key store when it is
     * another one; the others get what there is.
     */
    Keyring current() {
        if (isLookDue() && looking.tryLock()) {
            try {
                if (isLookDue()) {
                    look();
                    nextLook = nanoTime.getAsLong() + LOOK_INTERVAL.toNanos();
                }
            } finally {
                looking.unlock();
            }
        }
        return keyring;
    }

    private boolean isLookDue() {
        return nanoTime.getAsLong() - nextLook >= 0;
    }

    private void look() {
        KeyStoreSettings.Versions there = settings.versions();
        boolean isRetry = !problem.isEmpty() && nanoTime.getAsLong() - nextRetry >= 0;
        if (there.equals(seen) && !isRetry) {
            return;
        }
        seen = there;
        try {
            Keyring read = settings.read();
            requireAllKeys(read);
            boolean changed =
                    !read.activeId().equals(keyring.activeId()) || !read.ids().equals(keyring.ids());
            keyring = read;
            problem = "";
            if (changed) {
                listener.changed(read);
            }
        } catch (KeyringException e) {
            keep(e);
        }
    }

    private void requireAllKeys(Keyring read) throws KeyringException {
        SortedSet<String> lacking = read.lacking(keyring);
        if (!lacking.isEmpty()) {
            throw new KeyringException("The key store " + settings.store().path() + " has lost the keys " + lacking
                    + " or has others under their ids. Put them back: they are needed as long as there is data under them."
                    + " If there is none, disable the service and enable it again");
        }
    }

    private void keep(KeyringException e) {
        long now = nanoTime.getAsLong();
        nextRetry = now + RETRY_INTERVAL.toNanos();
        if (!e.getMessage().equals(problem) || now - nextReminder >= 0) {
            problem = e.getMessage();
            nextReminder = now + REMINDER_INTERVAL.toNanos();
            listener.kept(keyring, e);
        }
    }
}
