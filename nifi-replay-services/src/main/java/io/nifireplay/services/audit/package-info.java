/** The keys that seal data on disk. */
package io.nifireplay.services.keyring;
/** The audit trail as a controller service. */
package io.nifireplay.services.audit;
