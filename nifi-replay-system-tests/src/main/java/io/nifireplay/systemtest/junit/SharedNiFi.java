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
package io.nifireplay.systemtest.junit;

import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One NiFi for all test classes of a fork of Surefire that ask for it. A test names what it needs as parameters: the {@link NiFiInstance},
 * its {@link NiFiClient}, and a {@link ProcessGroup} of its own, which is deleted after the test with the parameter
 * contexts that it used.
 *
 * <p>A test may stop or kill the shared NiFi; the next one finds it running again.
 */
public final class SharedNiFi implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(SharedNiFi.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        boolean ofATest = context.getTestMethod().isPresent();
        return type == NiFiInstance.class || type == NiFiClient.class || (type == ProcessGroup.class && ofATest);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        NiFiInstance nifi = running(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == NiFiInstance.class) {
            return nifi;
        }
        return type == NiFiClient.class ? nifi.client() : groupOf(context, nifi);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ProcessGroup group = context.getStore(NAMESPACE).remove(ProcessGroup.class, ProcessGroup.class);
        if (group == null) {
            return;
        }
        NiFiInstance nifi = running(context);
        try {
            group.delete();
            nifi.client().deleteUnusedParameterContexts();
        } catch (RuntimeException e) {
            // The failure of the test itself says more than what it left behind.
            if (context.getExecutionException().isEmpty()) {
                throw e;
            }
        }
    }

    private static ProcessGroup groupOf(ExtensionContext context, NiFiInstance nifi) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        ProcessGroup.class,
                        type -> nifi.client()
                                .root()
                                .createGroup(context.getRequiredTestMethod().getName()),
                        ProcessGroup.class);
    }

    private static NiFiInstance running(ExtensionContext context) {
        NiFiInstance nifi = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Shared.class, type -> new Shared(), Shared.class)
                .nifi();
        if (!nifi.isAlive()) {
            nifi.start();
        }
        return nifi;
    }

    /** Closed by JUnit after the last test of the JVM. */
    private record Shared(NiFiInstance nifi) implements Store.CloseableResource {
        Shared() {
            this(NiFiInstance.in(Homes.fresh("shared")).build());
        }

        @Override
        public void close() {
            nifi.close();
        }
    }
}
