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

import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ResourceClaim;

/** How claims are called in messages: as their files are, so that an operator finds them. */
final class ClaimNames {
    private ClaimNames() {}

    static String of(ContentClaim claim) {
        return "the content claim " + name(claim.getResourceClaim()) + " at offset " + claim.getOffset();
    }

    static String name(ResourceClaim resource) {
        return resource.getContainer() + "/" + resource.getSection() + "/" + resource.getId();
    }
}
