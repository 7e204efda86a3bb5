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

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.crypto.stream.StreamContext;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;

class FilePlaceTest {
    private static final StandardResourceClaimManager CLAIMS = new StandardResourceClaimManager();

    @Property(tries = 200)
    void isThePlaceOfTheFormat(
            @ForAll @StringLength(max = 50) String container,
            @ForAll @StringLength(max = 50) String section,
            @ForAll @StringLength(max = 50) String id,
            @ForAll long offset) {
        ResourceClaim resource = CLAIMS.newResourceClaim(container, section, id, false, false);
        assertThat(new FilePlace(resource).at(offset))
                .isEqualTo(StreamContext.ofPlace(offset, container, section, id))
                .isNotEqualTo(StreamContext.ofPlace(offset + 1, container, section, id))
                .isNotEqualTo(StreamContext.ofPlace(offset, container + "x", section, id))
                .isNotEqualTo(StreamContext.ofPlace(offset, container, section + "x", id))
                .isNotEqualTo(StreamContext.ofPlace(offset, container, section, id + "x"));
    }
}
