package dev.knowledgenetwork.crds.shardset;

import dev.knowledgenetwork.crds.common.KnApi;
import dev.knowledgenetwork.crds.common.KnObject;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Sharded PostgreSQL: shards of replicated instances, a pooler, credentials and a topology. */
@Group(KnApi.GROUP)
@Version(KnApi.VERSION)
@ShortNames("shs")
@ValidationRule(value = KnApi.NAME_RULE, message = KnApi.NAME_MESSAGE)
@ValidationRule(
    value =
        "quantity(string(self.spec.storage.size)).compareTo("
            + "quantity(string(oldSelf.spec.storage.size))) >= 0 || "
            + "(has(oldSelf.status) && has(oldSelf.status.conditions) && "
            + "oldSelf.status.conditions.exists(c, c.type == 'Stalled' && "
            + "c.reason == 'VolumeExpansionRefused'))",
    fieldPath = ".spec.storage.size",
    message =
        "storage.size cannot shrink: create a new ShardSet with smaller "
            + "volumes and move the data there")
@AdditionalPrinterColumn(name = "Shards", jsonPath = ".spec.sharding.shards", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Instances", jsonPath = ".status.instances", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Ready", jsonPath = KnApi.READY_STATUS, type = Type.STRING)
@AdditionalPrinterColumn(name = "Status", jsonPath = KnApi.READY_REASON, type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(
    name = "ReadyShards",
    jsonPath = ".status.readyShards",
    type = Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "ReadyInstances",
    jsonPath = ".status.readyInstances",
    type = Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "PostgreSQL",
    jsonPath = ".spec.postgresVersion",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Epoch",
    jsonPath = ".status.epoch",
    type = Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = KnApi.READY_MESSAGE,
    type = Type.STRING,
    priority = 1)
public class ShardSet extends KnObject<ShardSetSpec, ShardSetStatus> {

  @Override
  protected ShardSetSpec initSpec() {
    return ShardSetSpec.defaults();
  }
}
