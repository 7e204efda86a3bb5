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
package io.nifireplay.systemtest.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * The folder a NiFi lives in. Its {@code lib} holds hard links to the distribution, so that a home costs little;
 * {@code conf}, the repositories and the logs are its own and stay from one start to the next.
 */
record NiFiHome(Path path) {
    Path lib() {
        return path.resolve("lib");
    }

    Path conf() {
        return path.resolve("conf");
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path flow() {
        return conf().resolve("flow.json.gz");
    }

    /** Makes what is missing; a home that exists keeps its flow, its data and its NARs. */
    void furnish(Distribution distribution) {
        if (Files.isDirectory(lib())) {
            return;
        }
        create(lib());
        create(conf());
        create(logs());
        create(path.resolve("extensions"));
        UnpackedNars unpacked = new UnpackedNars(distribution.unpackedNars());
        for (Path file : distribution.library()) {
            Path target = lib().resolve(file.getFileName());
            if (!isNar(file) || !unpacked.lend(file, narWork(), target)) {
                place(file, target);
            }
        }
    }

    /** Keeps what NiFi unpacked for the homes that come after. */
    void shareUnpackedNars(Distribution distribution) {
        UnpackedNars unpacked = new UnpackedNars(distribution.unpackedNars());
        distribution.library().stream().filter(NiFiHome::isNar).forEach(nar -> unpacked.keep(nar, narWork()));
    }

    /** Puts a NAR in the place of every other version of it. */
    void installNar(Path nar, String artifact) {
        Distribution.list(lib()).stream()
                .filter(file -> file.getFileName().toString().startsWith(artifact + "-") && isNar(file))
                .forEach(NiFiHome::delete);
        place(nar, lib().resolve(nar.getFileName()));
    }

    /** Writes the configuration anew, so that ports and properties may differ from one start to the next. */
    void configure(Map<String, String> properties, Map<String, String> placeholders) {
        write("logback.xml", resource("logback.xml"));
        write("state-management.xml", fill(resource("state-management.xml"), placeholders));
        write("authorizers.xml", fill(resource("authorizers.xml"), placeholders));

        Properties all = new Properties();
        try (InputStream defaults = NiFiHome.class.getResourceAsStream("nifi.properties");
                Writer file = Files.newBufferedWriter(conf().resolve("nifi.properties"))) {
            all.load(defaults);
            all.putAll(properties);
            all.store(file, null);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write nifi.properties in " + conf(), e);
        }
    }

    private static boolean isNar(Path file) {
        return file.getFileName().toString().endsWith(".nar");
    }

    private Path narWork() {
        return path.resolve("work").resolve("nar");
    }

    private void write(String name, String text) {
        try {
            Files.writeString(conf().resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + name + " in " + conf(), e);
        }
    }

    private static String fill(String text, Map<String, String> placeholders) {
        String filled = text;
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
            filled = filled.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        return filled;
    }

    private static String resource(String name) {
        try (InputStream in = NiFiHome.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name, e);
        }
    }

    /** Links a released file; a snapshot is copied, because the next build writes into the same file. */
    private static void place(Path source, Path target) {
        if (source.getFileName().toString().contains("SNAPSHOT")) {
            copy(source, target);
        } else {
            link(source, target);
        }
    }

    static void link(Path source, Path target) {
        try {
            Files.createLink(target, source);
        } catch (FileAlreadyExistsException e) {
            // An earlier, interrupted start placed it.
        } catch (IOException | UnsupportedOperationException e) {
            copy(source, target);
        }
    }

    private static void copy(Path source, Path target) {
        try {
            Files.copy(source, target);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + source + " to " + target, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + file, e);
        }
    }

    static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + directory, e);
        }
    }
}
