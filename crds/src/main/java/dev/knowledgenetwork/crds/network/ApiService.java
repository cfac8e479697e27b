package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.PodOptions;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the API is reached. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "self.type == 'LoadBalancer' || (!has(self.sourceRanges) && !has(self.loadBalancerClass))",
    message =
        "api.service.sourceRanges and api.service.loadBalancerClass are for type LoadBalancer only")
@ValidationRule(
    value = "!has(self.sourceRanges) || self.sourceRanges.all(r, isCIDR(r))",
    message = "api.service.sourceRanges are networks as 203.0.113.0/24 or 2001:db8::/32")
@ValidationRule(
    value =
        "!has(self.annotations) || self.annotations.all(k,"
            + " !k.startsWith('knowledgenetwork.dev/') && !k.startsWith('app.kubernetes.io/'))",
    message =
        "api.service.annotations must not hold keys that begin with knowledgenetwork.dev/ or"
            + " app.kubernetes.io/: the operator sets these itself")
@ValidationRule(
    value =
        "self.type != 'LoadBalancer' || oldSelf.type != 'LoadBalancer' ||"
            + " (has(self.loadBalancerClass) == has(oldSelf.loadBalancerClass) &&"
            + " (!has(self.loadBalancerClass) || self.loadBalancerClass =="
            + " oldSelf.loadBalancerClass))",
    message =
        "api.service.loadBalancerClass cannot change while the type is LoadBalancer: set type"
            + " ClusterIP first")
public record ApiService(
    @JsonPropertyDescription(
            "ClusterIP: from inside the cluster. NodePort: on a port of each node. LoadBalancer:"
                + " through a load balancer.")
        @Default("ClusterIP")
        ServiceType type,
    @JsonPropertyDescription("Annotations of the Service, as load balancers and DNS need them.")
        @Size(max = 32)
        Map<String, @Size(max = 4096) String> annotations,
    @JsonPropertyDescription(
            "Networks that may reach the load balancer; absent: all. The address of the client is"
                + " kept, and the network policy lets in these networks and the cluster's pods.")
        @Size(max = 64)
        List<@Pattern(ApiService.NETWORK) @Size(max = 43) String> sourceRanges,
    @JsonPropertyDescription(
            "Which implementation makes the load balancer; absent: the default of the cluster.")
        @Pattern(PodOptions.KEY)
        @Size(min = 1, max = 316)
        @Nullable String loadBalancerClass) {

  /** What a network looks like, roughly. */
  public static final String NETWORK = "^[0-9a-fA-F:.]+/[0-9]{1,3}$";

  public ApiService {
    type = requireNonNullElse(type, ServiceType.CLUSTER_IP);
    annotations = Map.copyOf(requireNonNullElse(annotations, Map.of()));
    sourceRanges = List.copyOf(requireNonNullElse(sourceRanges, List.of()));
  }

  /** From inside the cluster only. */
  public static ApiService inside() {
    return new ApiService(ServiceType.CLUSTER_IP, Map.of(), List.of(), null);
  }

  /** Whether the Service leads in from outside the cluster. */
  public boolean exposed() {
    return type != ServiceType.CLUSTER_IP;
  }
}
