package dev.knowledgenetwork.crds.network;

import dev.knowledgenetwork.crds.common.KnApi;
import dev.knowledgenetwork.crds.common.KnObject;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A knowledge platform: the application, its database and its cache. */
@Group(KnApi.GROUP)
@Version(KnApi.VERSION)
@ShortNames("kn")
@ValidationRule(value = KnApi.NAME_RULE, message = KnApi.NAME_MESSAGE)
@AdditionalPrinterColumn(name = "Profile", jsonPath = ".spec.profile", type = Type.STRING)
@AdditionalPrinterColumn(name = "Ready", jsonPath = KnApi.READY_STATUS, type = Type.STRING)
@AdditionalPrinterColumn(name = "Status", jsonPath = KnApi.READY_REASON, type = Type.STRING)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.binding.url", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(
    name = "ShardSet",
    jsonPath = ".status.shardSet",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "CacheTier",
    jsonPath = ".status.cacheTier",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = KnApi.READY_MESSAGE,
    type = Type.STRING,
    priority = 1)
public class KnowledgeNetwork extends KnObject<KnowledgeNetworkSpec, KnowledgeNetworkStatus> {

  @Override
  protected KnowledgeNetworkSpec initSpec() {
    return KnowledgeNetworkSpec.defaults();
  }
}
