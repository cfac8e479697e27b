package dev.knowledgenetwork.operator.core.plan;

/** References of the images that the operator runs, complete with registry and tag or digest. */
public record Images(String postgres17, String pooler, String valkey, String app) {}
