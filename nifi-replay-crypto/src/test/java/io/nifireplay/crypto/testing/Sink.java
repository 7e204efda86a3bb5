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
package io.nifireplay.crypto.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A sink that counts its writes and fails when it is told to, with a part of the bytes written. */
public final class Sink extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int writes;
    private int flushes;
    private boolean failing;
    private boolean closed;

    public void setFailing(boolean failing) {
        this.failing = failing;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (failing) {
            bytes.write(source, offset, length / 2);
            throw new IOException("No space left on device");
        }
        writes++;
        bytes.write(source, offset, length);
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public void close() {
        closed = true;
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    public int writes() {
        return writes;
    }

    public int flushes() {
        return flushes;
    }

    public boolean isClosed() {
        return closed;
    }
}
