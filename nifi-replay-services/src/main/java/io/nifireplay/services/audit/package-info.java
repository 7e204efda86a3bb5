/** The audit trail as a controller service. */
package io.nifireplay.services.audit;
