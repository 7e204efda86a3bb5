/** The journal on an embedded RocksDB: one directory, one process, nothing to operate. */
package io.nifireplay.journal.rocksdb;
