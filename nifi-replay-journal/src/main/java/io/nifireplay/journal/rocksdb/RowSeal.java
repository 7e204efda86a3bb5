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
package io.nifireplay.journal.rocksdb;

/** How the values of rows lie on disk. For several threads. */
interface RowSeal {
    /** As they are. */
    RowSeal NONE = new RowSeal() {
        @Override
        public byte[] seal(Table table, byte[] name, byte[] value) {
            return value;
        }

        @Override
        public byte[] open(Table table, byte[] name, byte[] stored) {
            return stored;
        }
    };

    /**
     * @param name what names the row in its table: a value does not open under another name or in another table
     * @throws io.nifireplay.journal.JournalException when nothing more can be sealed
     */
    byte[] seal(Table table, byte[] name, byte[] value);

    /** @throws io.nifireplay.journal.JournalException when the value is not what was sealed under this name */
    byte[] open(Table table, byte[] name, byte[] stored);
}
