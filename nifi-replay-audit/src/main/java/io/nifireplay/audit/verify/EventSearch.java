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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.json.JsonException;
import io.nifireplay.audit.json.JsonReader;
import io.nifireplay.audit.json.JsonValue;
import io.nifireplay.audit.json.JsonValue.JsonArray;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import io.nifireplay.audit.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;

/** Tells which entries are about an event: they name it, have it in a batch, or have the text that is asked for as a value. */
final class EventSearch {
    private final String id;
    private final Optional<EventPlace> place;

    EventSearch(String id) {
        this.id = id;
        place = EventPlace.parse(id);
    }

    boolean matches(byte[] entry) {
        try {
            return JsonReader.read(entry) instanceof JsonObject object && (hasPlace(object) || hasText(object));
        } catch (JsonException e) {
            // What is no entry is reported as such.
            return false;
        }
    }

    private boolean hasPlace(JsonObject entry) {
        return place.isPresent()
                && (entry.object("event").filter(this::isPlace).isPresent()
                        || entry.object("events").filter(this::hasRun).isPresent());
    }

    private boolean isPlace(JsonObject event) {
        return event.text("partition").equals(place.map(EventPlace::partition))
                && event.text("position").equals(place.map(each -> Long.toString(each.position())));
    }

    private boolean hasRun(JsonObject batch) {
        return batch.get("runs").orElse(new JsonArray(List.of())) instanceof JsonArray runs
                && runs.values().stream().anyMatch(run -> run instanceof JsonObject object && isIn(object));
    }

    private boolean isIn(JsonObject run) {
        long position = place.orElseThrow().position();
        return run.text("partition").equals(place.map(EventPlace::partition))
                && run.text("from").filter(from -> number(from) <= position).isPresent()
                && run.text("to").filter(to -> number(to) >= position).isPresent();
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    private boolean hasText(JsonValue value) {
        return switch (value) {
            case JsonString string -> string.value().equals(id);
            case JsonArray array -> array.values().stream().anyMatch(this::hasText);
            case JsonObject object -> object.members().values().stream().anyMatch(this::hasText);
            case JsonValue.JsonNumber number -> false;
            case JsonValue.JsonBoolean bool -> false;
            case JsonValue.JsonNull nothing -> false;
        };
    }
}
