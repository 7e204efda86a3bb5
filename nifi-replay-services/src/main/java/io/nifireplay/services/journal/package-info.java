/** The event journal as a controller service: NiFi's configuration and life cycle over the domain. */
package io.nifireplay.services.journal;
