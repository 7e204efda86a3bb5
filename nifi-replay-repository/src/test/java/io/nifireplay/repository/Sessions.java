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
package io.nifireplay.repository;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.nifi.components.state.StateManager;
import org.apache.nifi.connectable.Connectable;
import org.apache.nifi.connectable.ConnectableType;
import org.apache.nifi.connectable.Connection;
import org.apache.nifi.controller.lifecycle.TaskTermination;
import org.apache.nifi.controller.queue.FlowFileQueue;
import org.apache.nifi.controller.repository.CounterRepository;
import org.apache.nifi.controller.repository.FlowFileEventRepository;
import org.apache.nifi.controller.repository.FlowFileRecord;
import org.apache.nifi.controller.repository.FlowFileRepository;
import org.apache.nifi.controller.repository.RepositoryContext;
import org.apache.nifi.controller.repository.StandardProcessSession;
import org.apache.nifi.controller.repository.StandardRepositoryContext;
import org.apache.nifi.controller.repository.metrics.NanoTimePerformanceTracker;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventRepository;
import org.apache.nifi.provenance.StandardProvenanceEventRecord;

/**
 * NiFi's own sessions over a content repository. The processor, the one queue that it reads and writes, and the other
 * repositories are stand-ins that keep what they are given.
 */
final class Sessions {
    private static final long APPENDABLE_BYTES = 1_000_000;

    private final Deque<FlowFileRecord> queue = new ArrayDeque<>();
    private final List<ProvenanceEventRecord> events = new ArrayList<>();
    private final RepositoryContext context;

    Sessions(OpenRepository open) {
        FlowFileQueue flowFiles =
                standIn(FlowFileQueue.class, Map.of("getIdentifier", arguments -> "queue", "putAll", arguments -> {
                    for (Object flowFile : (Collection<?>) arguments[0]) {
                        queue.add((FlowFileRecord) flowFile);
                    }
                    return null;
                }));
        Connection connection = standIn(
                Connection.class,
                Map.of(
                        "getIdentifier",
                        arguments -> "connection",
                        "getFlowFileQueue",
                        arguments -> flowFiles,
                        "poll",
                        arguments -> queue.poll()));
        Connectable processor = standIn(
                Connectable.class,
                Map.of(
                        "getIdentifier",
                        arguments -> "processor",
                        "getName",
                        arguments -> "processor",
                        "getComponentType",
                        arguments -> "Processor",
                        "getConnectableType",
                        arguments -> ConnectableType.FUNNEL,
                        "getMaxBackoffPeriod",
                        arguments -> "1 min",
                        "hasIncomingConnection",
                        arguments -> true,
                        "getIncomingConnections",
                        arguments -> List.of(connection),
                        "getConnections",
                        arguments -> Set.of(connection)));
        ProvenanceEventRepository provenance = standIn(
                ProvenanceEventRepository.class,
                Map.of(
                        "eventBuilder",
                        arguments -> new StandardProvenanceEventRecord.Builder(),
                        "registerEvent",
                        arguments -> events.add((ProvenanceEventRecord) arguments[0]),
                        "registerEvents",
                        arguments -> {
                            for (Object event : (Iterable<?>) arguments[0]) {
                                events.add((ProvenanceEventRecord) event);
                            }
                            return null;
                        }));
        context = new StandardRepositoryContext(
                processor,
                new AtomicLong(),
                open.repository(),
                standIn(FlowFileRepository.class, Map.of("getNextFlowFileSequence", new Sequence())),
                standIn(FlowFileEventRepository.class, Map.of()),
                standIn(CounterRepository.class, Map.of()),
                provenance,
                standIn(StateManager.class, Map.of()),
                APPENDABLE_BYTES);
    }

    StandardProcessSession begin() {
        return new StandardProcessSession(
                context, standIn(TaskTermination.class, Map.of()), new NanoTimePerformanceTracker());
    }

    /** What waits in the queue. */
    Collection<FlowFileRecord> queued() {
        return queue;
    }

    /** What NiFi recorded since the last call. */
    List<ProvenanceEventRecord> takeEvents() {
        List<ProvenanceEventRecord> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    private static final class Sequence implements Function<Object[], Object> {
        private long last;

        @Override
        public Object apply(Object[] arguments) {
            return ++last;
        }
    }

    private static <T> T standIn(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "a stand-in for " + type.getSimpleName();
                    default ->
                        answers.containsKey(method.getName())
                                ? answers.get(method.getName()).apply(arguments)
                                : nothing(method);
                }));
    }

    private static Object nothing(Method method) {
        Class<?> type = method.getReturnType();
        if (type == boolean.class) {
            return false;
        }
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == Set.class) {
            return Set.of();
        }
        return List.class.isAssignableFrom(type) || type == Collection.class ? List.of() : null;
    }
}
