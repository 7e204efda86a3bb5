/** CloudEvents 1.0 as FlowFile attributes: the HTTP protocol binding in binary mode. */
package io.nifireplay.processors.cloudevents;
