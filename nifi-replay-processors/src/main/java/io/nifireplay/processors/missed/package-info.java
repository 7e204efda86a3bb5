/** What is done about events that were missed, and what people are told of them. */
package io.nifireplay.processors.missed;
