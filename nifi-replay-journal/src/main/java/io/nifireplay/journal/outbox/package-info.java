/**
 * What has happened in the journal and is to be told elsewhere, such as to an audit trail: written together with the change
 * itself, so that neither is there without the other (the transactional outbox pattern).
 */
package io.nifireplay.journal.outbox;
