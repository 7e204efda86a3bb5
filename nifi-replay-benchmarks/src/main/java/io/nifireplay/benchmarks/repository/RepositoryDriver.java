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
package io.nifireplay.benchmarks.repository;

/**
 * A content repository at work, behind a class loader of its own: versions of NiFi that exclude each other are measured in
 * one process.
 */
public interface RepositoryDriver extends AutoCloseable {
    /**
     * What something took.
     *
     * @param cpuSeconds of the thread that did it; what else the machine does distorts it little
     */
    record Taken(double seconds, double cpuSeconds) {}

    /** Writes small claims, a hundred to a stream as a session does. */
    Taken writeClaims(int count, int bytes) throws Exception;

    /** Reads the small claims in the order in which they were written, each from a stream of its own. */
    Taken readClaims() throws Exception;

    /** Writes one claim. */
    Taken writeLarge(long bytes) throws Exception;

    /** Reads the large claim. */
    Taken readLarge() throws Exception;

    /** Opens the large claim, skips to its last bytes and reads them, so often. */
    Taken readAtTheEnd(int times, int bytes) throws Exception;

    /** Reads slices that are spread evenly over the large claim, as a flow reads what it has split. */
    Taken readSlices(int count, int bytes) throws Exception;

    /** Bytes in the repository's files. */
    long bytesOnDisk() throws Exception;

    @Override
    void close();
}
