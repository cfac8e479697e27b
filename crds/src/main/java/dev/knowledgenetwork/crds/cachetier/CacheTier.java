package dev.knowledgenetwork.crds.cachetier;

import dev.knowledgenetwork.crds.common.KnApi;
import dev.knowledgenetwork.crds.common.KnObject;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A cache in two levels: in each application pod, and one that all pods share. */
@Group(KnApi.GROUP)
@Version(KnApi.VERSION)
@ShortNames("ct")
@ValidationRule(value = KnApi.NAME_RULE, message = KnApi.NAME_MESSAGE)
@AdditionalPrinterColumn(name = "Engine", jsonPath = ".spec.l2.engine", type = Type.STRING)
@AdditionalPrinterColumn(name = "Memory", jsonPath = ".status.memory", type = Type.STRING)
@AdditionalPrinterColumn(name = "Ready", jsonPath = KnApi.READY_STATUS, type = Type.STRING)
@AdditionalPrinterColumn(name = "Status", jsonPath = KnApi.READY_REASON, type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.l2.mode",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Endpoint",
    jsonPath = ".status.endpoint",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = KnApi.READY_MESSAGE,
    type = Type.STRING,
    priority = 1)
public class CacheTier extends KnObject<CacheTierSpec, CacheTierStatus> {

  @Override
  protected CacheTierSpec initSpec() {
    return CacheTierSpec.defaults();
  }
}
