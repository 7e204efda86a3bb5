/** What people ask of replays, as JSON, and what they are told. */
package io.nifireplay.processors.request;
