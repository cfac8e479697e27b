package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.observe.Observer;
import dev.knowledgenetwork.operator.runtime.observe.Observers;
import dev.knowledgenetwork.operator.runtime.observe.Poller;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/** Makes pollers that share threads. */
record Pollers(
    OperatorMetrics metrics,
    WakeUps wakeUps,
    InstantSource clock,
    Settings settings,
    OperatorThreads threads) {

  /** One that asks databases or caches. */
  <P, D, V> Observers.Asked<P, D, V> of(Observer<P, D, V> observer) {
    return on(threads.workers(), observer);
  }

  /** One that asks the API server what is in the way of an object. */
  <P, D, V> Observers.Asked<P, D, V> why(Observer<P, D, V> observer) {
    return on(threads.askingWhy(), observer);
  }

  private <P, D, V> Observers.Asked<P, D, V> on(
      ExecutorService workers, Observer<P, D, V> observer) {
    return new Observers.Asked<>(
        observer,
        new Poller<>(
            observer,
            wakeUps,
            metrics,
            clock,
            new Poller.Schedule(
                settings.pollTimes(), new Poller.Threads(threads.timer(), workers))));
  }
}
