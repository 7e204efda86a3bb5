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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.contract.AdmissionContract;
import io.nifireplay.journal.contract.CheckpointContract;
import io.nifireplay.journal.contract.ContentContract;
import io.nifireplay.journal.contract.DeliveryContract;
import io.nifireplay.journal.contract.GovernanceContract;
import io.nifireplay.journal.contract.GovernedProvenanceContract;
import io.nifireplay.journal.contract.GrantContract;
import io.nifireplay.journal.contract.IsolationContract;
import io.nifireplay.journal.contract.JobContract;
import io.nifireplay.journal.contract.JournalEngine;
import io.nifireplay.journal.contract.LeaseHoldContract;
import io.nifireplay.journal.contract.MissedContract;
import io.nifireplay.journal.contract.OutboxContract;
import io.nifireplay.journal.contract.ProvenanceJobContract;
import io.nifireplay.journal.contract.ScanContract;
import org.junit.jupiter.api.Nested;

/** RocksDB keeps the contract. */
class RocksDBJournalContractTest {
    JournalEngine engine() {
        return RocksDBEngine.PLAIN;
    }

    @Nested
    class Admission extends AdmissionContract {
        Admission() {
            super(engine());
        }
    }

    @Nested
    class Delivery extends DeliveryContract {
        Delivery() {
            super(engine());
        }
    }

    @Nested
    class Checkpoints extends CheckpointContract {
        Checkpoints() {
            super(engine());
        }
    }

    @Nested
    class Contents extends ContentContract {
        Contents() {
            super(engine());
        }
    }

    @Nested
    class Scans extends ScanContract {
        Scans() {
            super(engine());
        }
    }

    @Nested
    class Jobs extends JobContract {
        Jobs() {
            super(engine());
        }
    }

    @Nested
    class LeaseHolds extends LeaseHoldContract {
        LeaseHolds() {
            super(engine());
        }
    }

    @Nested
    class Outbox extends OutboxContract {
        Outbox() {
            super(engine());
        }
    }

    @Nested
    class WhatWasMissed extends MissedContract {
        WhatWasMissed() {
            super(engine());
        }
    }

    @Nested
    class Isolation extends IsolationContract {
        Isolation() {
            super(engine());
        }
    }

    @Nested
    class Grants extends GrantContract {
        Grants() {
            super(engine());
        }
    }

    @Nested
    class ProvenanceJobs extends ProvenanceJobContract {
        ProvenanceJobs() {
            super(engine());
        }
    }

    @Nested
    class Governance extends GovernanceContract {
        Governance() {
            super(engine());
        }
    }

    @Nested
    class GovernedProvenance extends GovernedProvenanceContract {
        GovernedProvenance() {
            super(engine());
        }
    }
}
