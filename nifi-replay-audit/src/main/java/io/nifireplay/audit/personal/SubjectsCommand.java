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
package io.nifireplay.audit.personal;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.audit.json.CanonicalJson;
import io.nifireplay.audit.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code bin/audit-subjects} starts: reads ids that are sealed in a trail, and erases a person from it. */
public final class SubjectsCommand {
    /** It was done. */
    public static final int DONE = 0;
    /** It could not be done. */
    public static final int FAILED = 1;
    /** It was called in a wrong way. */
    public static final int USAGE = 64;

    /** Where a trail's directory has the keys of its subjects. */
    public static final String FILE = "personal/subject-keys";

    static final String HELP = """
            Reads ids of persons that are sealed in an audit trail, and erases a person from it.

              audit-subjects show TRAIL        copies a report or entries from standard input to standard output, with the ids
                                               in the place of what is sealed; what was erased stays as it is
              audit-subjects erase TRAIL ID    destroys the key of a person: nobody can read that id in the trail any more.
                                               The trail's service must be disabled. Backups of the keys keep what they have

              TRAIL is the directory of the trail, or the file of keys itself.

            Exit status: 0 done, 1 it could not be done, 64 wrong call.
            """;

    /** A sealed id in canonical JSON, also where that stands in a JSON text itself. */
    private static final Pattern SEALED = Pattern.compile(
            "\\{(\\\\?)\"sealed\\1\":\\1\"([A-Za-z0-9+/=]+)\\1\",\\1\"subject\\1\":\\1\"([0-9a-f]{32})\\1\"\\}");

    private SubjectsCommand() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(arguments), System.in, out, err));
    }

    /** Does as the arguments say, and yields the exit status. */
    public static int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err) {
        if (arguments.contains("--help")) {
            out.print(HELP);
            return DONE;
        }
        boolean isShow = arguments.size() == 2 && arguments.getFirst().equals("show");
        boolean isErase = arguments.size() == 3 && arguments.getFirst().equals("erase");
        if (!isShow && !isErase) {
            err.print(HELP);
            return USAGE;
        }
        Path given = Path.of(arguments.get(1));
        Path file = Files.isDirectory(given) ? given.resolve(FILE) : given;
        try {
            return isShow ? show(file, in, out) : erase(file, arguments.get(2), out, err);
        } catch (AuditException | IOException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private static int show(Path file, InputStream in, PrintStream out) throws IOException {
        try (SubjectKeys keys = SubjectKeys.read(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            out.print(SEALED.matcher(text).replaceAll(match -> Matcher.quoteReplacement(shown(keys, match))));
            out.flush();
        }
        return DONE;
    }

    private static String shown(SubjectKeys keys, MatchResult match) {
        Optional<String> id = keys.open(new PersonalId.Sealed(match.group(3), match.group(2)));
        return id.map(SubjectsCommand::quoted)
                .map(quoted -> match.group(1).isEmpty() ? quoted : inText(quoted))
                .orElse(match.group());
    }

    private static String quoted(String text) {
        return CanonicalJson.text(JsonValue.of(text));
    }

    private static String inText(String json) {
        String quoted = quoted(json);
        return quoted.substring(1, quoted.length() - 1);
    }

    private static int erase(Path file, String id, PrintStream out, PrintStream err) {
        if (!Files.exists(file)) {
            throw new AuditException("There is no file " + file + " with keys of subjects");
        }
        try (SubjectKeys keys = SubjectKeys.open(file, new SecureRandom())) {
            if (!keys.erase(id)) {
                err.println(
                        "There is no key of '" + id + "': nothing about it is sealed in this trail, or it was erased");
                return FAILED;
            }
            out.println("The key of '" + id + "' is destroyed. Backups of " + file + " keep it: delete them, too.");
            return DONE;
        }
    }
}
