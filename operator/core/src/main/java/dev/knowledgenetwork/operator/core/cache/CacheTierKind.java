package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.cache.operation.Cache;
import dev.knowledgenetwork.operator.core.cache.operation.Roll;
import dev.knowledgenetwork.operator.core.kind.Draft;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.plan.Images;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shared cache of an application. */
public final class CacheTierKind implements Kind<CacheTier, CacheTierStatus, Cache> {

  /** All that may go on at a cache. A new operation is a class and a line here. */
  private final Operations<Cache> operations = new Operations<>(List.of(new Roll()));

  private final Images images;

  /** Makes pods of these images where a spec names none. */
  public CacheTierKind(Images images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "CacheTier";
  }

  @Override
  public CacheTier blank() {
    return new CacheTier();
  }

  @Override
  public Operations<Cache> operations() {
    return operations;
  }

  @Override
  public Draft<Cache> draft(CacheTier primary, Observed observed) {
    return CacheTierPlanner.draft(primary, observed, images);
  }

  @Override
  public CacheTierStatus status(Pass<CacheTier> pass) {
    return CacheTierStatusCalculator.calculate(pass);
  }

  @Override
  public CacheTierStatus accepted(@Nullable Long generation, List<Condition> conditions) {
    return new CacheTierStatus(generation, conditions, null, null, null, List.of());
  }

  @Override
  public CacheTierStatus with(
      CacheTierStatus status, List<Condition> conditions, List<OperationState> operations) {
    return status.with(conditions, operations);
  }
}
