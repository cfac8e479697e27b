/** Makes the content of Secrets: random passwords, certificates, keys, SCRAM verifiers. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.secrets;

import org.jspecify.annotations.NullMarked;
