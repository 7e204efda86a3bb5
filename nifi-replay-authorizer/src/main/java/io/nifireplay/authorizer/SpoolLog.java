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
package io.nifireplay.authorizer;

import io.nifireplay.audit.spool.SpoolListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in NiFi's log how the spool fares: an authorizer has no bulletins. */
final class SpoolLog implements SpoolListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(RefusalAuditingAuthorizer.class);

    @Override
    public void failed(String message) {
        LOGGER.error(message);
    }

    @Override
    public void recovered(String message) {
        LOGGER.info(message);
    }
}
