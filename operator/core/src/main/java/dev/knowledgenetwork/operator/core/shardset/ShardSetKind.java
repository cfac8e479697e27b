package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Draft;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.operation.Requests;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.operation.GrowVolume;
import dev.knowledgenetwork.operator.core.shardset.operation.Restart;
import dev.knowledgenetwork.operator.core.shardset.operation.Roll;
import dev.knowledgenetwork.operator.core.shardset.operation.ScaleIn;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.operation.Switchover;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sharded PostgreSQL. */
public final class ShardSetKind implements Kind<ShardSet, ShardSetStatus, Shard> {

  /** All that may go on at a shard. A new operation is a class and a line here. */
  private final Operations<Shard> operations =
      new Operations<>(
          List.of(new Switchover(), new Restart(), new Roll(), new ScaleIn(), new GrowVolume()));

  private final Images images;

  /** Makes pods of these images where a spec names none. */
  public ShardSetKind(Images images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "ShardSet";
  }

  @Override
  public ShardSet blank() {
    return new ShardSet();
  }

  @Override
  public Operations<Shard> operations() {
    return operations;
  }

  @Override
  public Draft<Shard> draft(ShardSet set, Observed observed) {
    Requests requests = new Requests("shard", Blueprint.shards(set), operations.asked());
    return ShardSetPlanner.draft(set, observed, images, requests.refused(set));
  }

  @Override
  public ShardSetStatus status(Pass<ShardSet> pass) {
    return ShardSetStatusCalculator.calculate(pass, operations.disturbed(pass.round().entries()));
  }

  @Override
  public ShardSetStatus accepted(@Nullable Long generation, List<Condition> conditions) {
    return ShardSetStatus.accepted(generation, conditions);
  }

  @Override
  public ShardSetStatus with(
      ShardSetStatus status, List<Condition> conditions, List<OperationState> operations) {
    return status.with(conditions, operations);
  }

  @Override
  public boolean isTakenDown() {
    return true;
  }

  @Override
  public Removal removal(ShardSet set, Children children, Optional<HasMetadata> owner) {
    return ShardSetDeletion.remaining(set, children, owner);
  }
}
