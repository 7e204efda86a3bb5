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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One of the repositories that are compared.
 *
 * @param name for people
 * @param implementation its class
 * @param loader of NiFi's classes and the repository's, and of a driver's of their own: no other contestant's calls shape
 *     how its code is compiled
 */
record RepositoryVersion(String name, String implementation, ClassLoader loader) {
    /** System property that names the folder of the modules {@code nifi-1-repository} and {@code nifi-2-repository}. */
    static final String PEERS_PROPERTY = "nifireplay.benchmarks.peers";

    private static final String DRIVER = "io.nifireplay.benchmarks.repository.driver.NiFiRepositoryDriver";

    static RepositoryVersion of(String name, String peer, String implementation) {
        Path jars = Path.of(System.getProperty(PEERS_PROPERTY, "nifi-replay-benchmarks/peers"), peer, "target", "lib");
        return new RepositoryVersion(name, implementation, new Apart(classPath(jars)));
    }

    /** Opens the repository in a folder, with these lines of nifi.properties. */
    RepositoryDriver open(Path folder, Map<String, String> properties) throws ReflectiveOperationException {
        return (RepositoryDriver) loader.loadClass(DRIVER)
                .getConstructor(String.class, Path.class, Map.class)
                .newInstance(implementation, folder, properties);
    }

    private static URL[] classPath(Path jars) {
        if (!Files.isDirectory(jars)) {
            throw new IllegalStateException("There are no jars in " + jars.toAbsolutePath()
                    + ": bin/bench has them copied there; or name the folder of the peers with -D" + PEERS_PROPERTY);
        }
        try (Stream<Path> files = Files.list(jars)) {
            Stream<URL> own = Stream.of(RepositoryVersion.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation());
            return Stream.concat(own, files.sorted().map(RepositoryVersion::url))
                    .toArray(URL[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + jars, e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("Not a jar: " + jar, e);
        }
    }

    /** Takes its own classes before those of its parent, but for the JDK's, the logger's and the driver's interface. */
    private static final class Apart extends URLClassLoader {
        private static final List<String> SHARED = List.of("java.", "org.slf4j.", RepositoryDriver.class.getName());

        Apart(URL[] classPath) {
            super(classPath, RepositoryVersion.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (SHARED.stream().anyMatch(name::startsWith)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                try {
                    return findClass(name);
                } catch (ClassNotFoundException e) {
                    return super.loadClass(name, resolve);
                }
            }
        }
    }
}
