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

import io.nifireplay.audit.spool.RefusalSpool;
import io.nifireplay.audit.spool.SpoolOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.apache.nifi.authorization.AuthorizationAuditor;
import org.apache.nifi.authorization.AuthorizationRequest;
import org.apache.nifi.authorization.AuthorizationResult;
import org.apache.nifi.authorization.Authorizer;
import org.apache.nifi.authorization.AuthorizerConfigurationContext;
import org.apache.nifi.authorization.AuthorizerInitializationContext;
import org.apache.nifi.authorization.AuthorizerLookup;
import org.apache.nifi.authorization.ManagedAuthorizer;
import org.apache.nifi.authorization.exception.AuthorizerCreationException;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.processor.DataUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves each decision to another authorizer, and records which replays it refused, for the audit trail. For an authorizer
 * whose policies NiFi does not manage; {@link RefusalAuditingManagedAuthorizer} is for those that it does.
 *
 * <p>Whatever happens to the record, the decision stands and does not wait for it.
 */
public class RefusalAuditingAuthorizer implements Authorizer, AuthorizationAuditor {
    /** Identifier of the authorizer that decides. */
    static final String AUTHORIZER = "Authorizer";
    /** The directory from which an AccessAuditReportingTask takes what was refused. */
    static final String SPOOL_DIRECTORY = "Spool Directory";
    /** How much may wait there; a data size such as {@code 64 MB}, which is the default. */
    static final String MAXIMUM_SPOOL_SIZE = "Maximum Spool Size";

    private static final Logger LOGGER = LoggerFactory.getLogger(RefusalAuditingAuthorizer.class);

    private final RefusedReplays refusedReplays;
    private AuthorizerLookup lookup;
    private String ownId;
    private Authorizer authorizer;
    private Optional<RefusalSpool> spool = Optional.empty();

    /** For NiFi. */
    public RefusalAuditingAuthorizer() {
        this(new RefusedReplays(Clock.systemUTC()));
    }

    RefusalAuditingAuthorizer(RefusedReplays refusedReplays) {
        this.refusedReplays = refusedReplays;
    }

    @Override
    public void initialize(AuthorizerInitializationContext context) {
        lookup = context.getAuthorizerLookup();
        ownId = context.getIdentifier();
    }

    /** @throws AuthorizerCreationException when a property is wrong; a directory that cannot be written is no reason */
    @Override
    public void onConfigured(AuthorizerConfigurationContext context) {
        authorizer = decider(context);
        spool = Optional.of(RefusalSpool.start(options(context), new SpoolLog()));
    }

    @Override
    public AuthorizationResult authorize(AuthorizationRequest request) {
        return authorizer.authorize(request);
    }

    @Override
    public void auditAccessAttempt(AuthorizationRequest request, AuthorizationResult result) {
        try {
            refusedReplays.refusal(request, result).ifPresent(refusal -> spool.ifPresent(open -> open.record(refusal)));
        } catch (RuntimeException e) {
            LOGGER.error(
                    "A refused request of {} for {} is not in the audit trail, since it could not be looked at. The"
                            + " refusal stands. This is an error in NiFi Replay: please report it",
                    request.getIdentity(),
                    request.getRequestedResource().getIdentifier(),
                    e);
        }
        if (authorizer instanceof AuthorizationAuditor auditor) {
            auditor.auditAccessAttempt(request, result);
        }
    }

    /** Writes what is left. The other authorizer is told by NiFi. */
    @Override
    public void preDestruction() {
        spool.ifPresent(RefusalSpool::close);
    }

    private Authorizer decider(AuthorizerConfigurationContext context) {
        String id = required(context, AUTHORIZER, "the identifier of the authorizer that decides");
        if (id.equals(ownId)) {
            throw new AuthorizerCreationException("The property '" + AUTHORIZER + "' of the authorizer '" + ownId
                    + "' in authorizers.xml names itself. Name the authorizer that decides");
        }
        Authorizer decider = lookup.getAuthorizer(id);
        if (decider == null) {
            throw new AuthorizerCreationException("The property '" + AUTHORIZER + "' of the authorizer '" + ownId
                    + "' in authorizers.xml names '" + id + "', and there is no such authorizer in that file. Name one"
                    + " that is there");
        }
        requireKind(decider, id);
        return decider;
    }

    /** Refuses an authorizer for which this is the wrong class. */
    void requireKind(Authorizer decider, String id) {
        if (decider instanceof ManagedAuthorizer) {
            throw new AuthorizerCreationException("NiFi manages the policies of the authorizer '" + id
                    + "', and would not any more. Make '" + ownId + "' in authorizers.xml a "
                    + RefusalAuditingManagedAuthorizer.class.getName());
        }
    }

    private SpoolOptions options(AuthorizerConfigurationContext context) {
        String directory = required(
                context, SPOOL_DIRECTORY, "a directory for it alone, which an AccessAuditReportingTask names, too");
        PropertyValue size = context.getProperty(MAXIMUM_SPOOL_SIZE);
        try {
            SpoolOptions options = SpoolOptions.of(Path.of(directory).toAbsolutePath());
            return isGiven(size)
                    ? options.withMaxBytes(size.asDataSize(DataUnit.B).longValue())
                    : options;
        } catch (InvalidPathException e) {
            throw new AuthorizerCreationException(
                    "The property '" + SPOOL_DIRECTORY + "' of the authorizer '" + ownId
                            + "' in authorizers.xml is no path: " + e.getMessage(),
                    e);
        } catch (IllegalArgumentException e) {
            throw new AuthorizerCreationException(
                    "The property '" + MAXIMUM_SPOOL_SIZE + "' of the authorizer '" + ownId
                            + "' in authorizers.xml is not a size like '64 MB', or too small a one: " + e.getMessage(),
                    e);
        }
    }

    private String required(AuthorizerConfigurationContext context, String property, String what) {
        PropertyValue value = context.getProperty(property);
        if (!isGiven(value)) {
            throw new AuthorizerCreationException("The authorizer '" + ownId
                    + "' in authorizers.xml lacks the property '" + property + "'. Give it " + what);
        }
        return value.getValue().strip();
    }

    private static boolean isGiven(PropertyValue value) {
        return value.isSet() && !value.getValue().isBlank();
    }

    final Authorizer authorizer() {
        return authorizer;
    }

    final String ownId() {
        return ownId;
    }
}
