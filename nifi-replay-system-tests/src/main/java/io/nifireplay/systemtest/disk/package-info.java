/** What lies on disk, as somebody finds it who may read the files. */
package io.nifireplay.systemtest.disk;
