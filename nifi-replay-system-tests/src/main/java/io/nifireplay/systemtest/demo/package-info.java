/** {@code bin/demo}: real events through a real NiFi that loses its downstream and is killed. */
package io.nifireplay.systemtest.demo;
