package dev.knowledgenetwork.operator.runtime.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftTest {

  private static final ClosedPaths OPEN = ClosedPaths.of("ServiceAccount");

  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':{'replicas':3}} | {'spec':{'replicas':3,'paused':true},'status':{}}",
        "{'spec':{'list':[]}} | {'spec':{}}",
        "{'spec':{'text':''}} | {}",
        "{'spec':{'port':'http'}} | {'spec':{'port':'http'}}",
        "{'spec':{'ports':[{'port':80,'targetPort':'8080'}]}}"
            + "| {'spec':{'ports':[{'port':80,'targetPort':8080,'protocol':'TCP'}]}}",
        "{'resources':{'limits':{'cpu':'1000m','memory':'1024Mi'}}}"
            + "| {'resources':{'limits':{'cpu':'1','memory':'1Gi'}}}",
        "{'containers':[{'name':'a'}]} | {'containers':[{'name':'sidecar'},{'name':'a','x':1}]}",
        "{'volumeMounts':[{'mountPath':'/a','name':'v'}]}"
            + "| {'volumeMounts':[{'mountPath':'/token'},{'mountPath':'/a','name':'v'}]}",
        "{'ports':[{'containerPort':80}]} | {'ports':[{'containerPort':80,'protocol':'TCP'}]}",
        "{'command':['a','b']} | {'command':['a','b']}",
      })
  void seesNoDifference(String desired, String live) {
    assertThat(differences(desired, live)).isEmpty();
  }

  @ParameterizedTest(name = "{0} is not {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':{'replicas':3}} | {'spec':{'replicas':2}} | /spec/replicas",
        "{'spec':{'replicas':3}} | {} | /spec/replicas",
        "{'data':{'a':'1.0'}} | {'data':{'a':'1'}} | /data/a",
        "{'containers':[{'name':'a','image':'x'}]} | {'containers':[{'name':'b'}]}"
            + "| /containers/a/name",
        "{'command':['a','b']} | {'command':['b','a']} | /command/0",
        "{'rules':[{'verbs':['get']}]} | {'rules':[{'verbs':['get']},{'verbs':['*']}]} | /rules",
        "{'ingress':[{'ports':[{'port':1}]}]} | {'ingress':[{'ports':[{'port':1},{'port':2}]}]}"
            + "| /ingress/0/ports",
        "{'metadata':{'labels':{'a':'b'}}} | {'metadata':{'labels':{'a':'c'}}} |/metadata/labels/a",
        "{'resources':{'limits':{'cpu':'2'}}} | {'resources':{'limits':{'cpu':'1'}}}"
            + "| /resources/limits/cpu",
      })
  void seesTheDifference(String desired, String live, String path) {
    assertThat(differences(desired, live)).extracting(Drift.Difference::path).contains(path);
  }

  @Test
  void aDroppedFieldOfOursIsLeftToTheHash() {
    assertThat(differences("{'a':1}", "{'a':1,'b':2}")).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1} may be {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Service | {'spec':{'selector':{'a':'b'}}}"
            + "| {'spec':{'selector':{'a':'b'},'clusterIP':'10.0.0.1','sessionAffinity':'None',"
            + "'internalTrafficPolicy':'Cluster','externalTrafficPolicy':'Cluster',"
            + "'ipFamilyPolicy':'PreferDualStack'}}",
        "Service | {'spec':{'ports':[{'port':80}]}}"
            + "| {'spec':{'ports':[{'port':80,'protocol':'TCP','targetPort':80,'nodePort':30000}]}}",
        "NetworkPolicy | {'metadata':{'labels':{'a':'b'}},'spec':{'podSelector':{}}}"
            + "| {'metadata':{'labels':{'a':'b','x':'y'}},'spec':{'podSelector':{}}}",
        "Deployment | {'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}"
            + "| {'spec':{'revisionHistoryLimit':1,'progressDeadlineSeconds':600,'template':{'metadata':{'annotations':{'x':'y'}},"
            + "'spec':{'containers':[{'name':'a','imagePullPolicy':'IfNotPresent','resources':{},"
            + "'terminationMessagePath':'/dev/termination-log','terminationMessagePolicy':'File'}],"
            + "'restartPolicy':'Always','dnsPolicy':'ClusterFirst','securityContext':{},"
            + "'schedulerName':'default-scheduler','terminationGracePeriodSeconds':30}}}}",
        "Deployment | {'spec':{'template':{'spec':{'containers':[{'name':'a',"
            + "'readinessProbe':{'httpGet':{'port':1}}}]}}}}"
            + "| {'spec':{'template':{'spec':{'containers':[{'name':'a','readinessProbe':"
            + "{'httpGet':{'port':1,'path':'/','scheme':'HTTP'},'timeoutSeconds':1,"
            + "'periodSeconds':10,'successThreshold':1,'failureThreshold':3}}]}}}}",
        "Deployment | {'spec':{'template':{'spec':{'volumes':[{'name':'v','secret':{}}]}}}}"
            + "| {'spec':{'template':{'spec':{'volumes':[{'name':'v',"
            + "'secret':{'defaultMode':420}}]}}}}",
        "StatefulSet | {'spec':{'replicas':1}} | {'spec':{'replicas':1,'updateStrategy':"
            + "{'type':'RollingUpdate','rollingUpdate':{'partition':0}},"
            + "'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Retain',"
            + "'whenScaled':'Retain'}}}",
        "Job | {'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}"
            + "| {'spec':{'suspend':false,'parallelism':1,'completions':1,"
            + "'template':{'spec':{'hostNetwork':true,"
            + "'containers':[{'name':'a'},{'name':'b'}]}}}}",
      })
  void openPartsAndDefaultsOfTheApiServerAreNoDrift(String kind, String desired, String live) {
    assertThat(Drift.between(tree(desired), tree(live), ClosedPaths.of(kind))).isEmpty();
    assertThat(Correction.patch(tree(desired), tree(live), ClosedPaths.of(kind))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: not {2} but {1}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Service | {'spec':{'type':'ClusterIP'}} | {'spec':{'type':'ClusterIP',"
            + "'selector':{'a':'b'}}} | /spec/selector | {'spec':{'selector':null}}",
        "Service | {'spec':{'selector':{'a':'b'}}} | {'spec':{'selector':{'a':'b','c':'d'}}}"
            + "| /spec/selector/c | {'spec':{'selector':{'c':null}}}",
        "Service | {'spec':{'ports':[{'port':1,'name':'a'}]}}"
            + "| {'spec':{'ports':[{'port':1,'name':'a'},{'port':2,'name':'b'}]}}"
            + "| /spec/ports/2,TCP | {'spec':{'ports':[{'port':1,'name':'a'}]}}",
        "Service | {'spec':{'ports':[{'port':1,'name':'a'}]}}"
            + "| {'spec':{'ports':[{'port':2,'name':'a'}]}}"
            + "| /spec/ports/2,TCP | {'spec':{'ports':[{'port':1,'name':'a'}]}}",
        "Service | {'spec':{'type':'ClusterIP'}}"
            + "| {'spec':{'type':'ClusterIP','sessionAffinity':'ClientIP',"
            + "'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':9}}}}"
            + "| /spec/sessionAffinity"
            + "| {'spec':{'sessionAffinity':null,'sessionAffinityConfig':null}}",
        "Service | {'spec':{'type':'NodePort','externalTrafficPolicy':'Local'}}"
            + "| {'spec':{'type':'NodePort','externalTrafficPolicy':'Local',"
            + "'internalTrafficPolicy':'Local'}}"
            + "| /spec/internalTrafficPolicy | {'spec':{'internalTrafficPolicy':null}}",
        "Job | {'spec':{'backoffLimit':3}} | {'spec':{'backoffLimit':3,'suspend':true,"
            + "'parallelism':0}} | /spec/suspend"
            + "| {'spec':{'suspend':null,'parallelism':null}}",
        "NetworkPolicy | {'spec':{'podSelector':{'matchLabels':{'a':'b'}}}}"
            + "| {'spec':{'podSelector':{'matchLabels':{'a':'b','c/d':'e'}}}}"
            + "| /spec/podSelector/matchLabels/c~1d"
            + "| {'spec':{'podSelector':{'matchLabels':{'c/d':null}}}}",
        "NetworkPolicy | {'spec':{'ingress':[{'ports':[{'port':1}]}]}}"
            + "| {'spec':{'ingress':[{'ports':[{'port':1,'endPort':9}]}]}}"
            + "| /spec/ingress/0/ports/0/endPort | {'spec':{'ingress':[{'ports':[{'port':1}]}]}}",
        "NetworkPolicy | {'spec':{'ingress':[{'from':[{'podSelector':{'x':'y'}}]}]}}"
            + "| {'spec':{'ingress':[{}]}} | /spec/ingress/0/from"
            + "| {'spec':{'ingress':[{'from':[{'podSelector':{'x':'y'}}]}]}}",
        "Role | {'rules':[{'verbs':['get']}]} | {'rules':[{'verbs':['get'],'apiGroups':['*']}]}"
            + "| /rules/0/apiGroups | {'rules':[{'verbs':['get']}]}",
        "ConfigMap | {'data':{'a':'b'}} | {'data':{'a':'b'},'binaryData':{'c':'d'}}"
            + "| /binaryData | {'binaryData':null}",
        "StatefulSet | {'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}"
            + "| {'spec':{'template':{'spec':{'containers':[{'name':'x'},{'name':'a','p':1}]}}}}"
            + "| /spec/template/spec/containers/x"
            + "| {'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}",
        "StatefulSet | {'spec':{'template':{'spec':{'containers':[{'name':'a',"
            + "'env':[{'name':'x','value':'1'}]}]}}}}"
            + "| {'spec':{'template':{'spec':{'containers':[{'name':'a',"
            + "'env':[{'name':'x','value':'1'},{'name':'x','value':'2'}]}]}}}}"
            + "| /spec/template/spec/containers/a/env/x"
            + "| {'spec':{'template':{'spec':{'containers':[{'name':'a',"
            + "'env':[{'name':'x','value':'1'}]}]}}}}",
        "StatefulSet | {'spec':{'template':{'spec':{'initContainers':[{'name':'a'},{'name':'b'}]}}}}"
            + "| {'spec':{'template':{'spec':{'initContainers':[{'name':'b'},{'name':'a'}]}}}}"
            + "| /spec/template/spec/initContainers"
            + "| {'spec':{'template':{'spec':{'initContainers':[{'name':'a'},{'name':'b'}]}}}}",
        "Deployment | {'spec':{'template':{'spec':{'restartPolicy':'Always'}}}}"
            + "| {'spec':{'paused':true,'template':{'spec':{'restartPolicy':'Always',"
            + "'hostNetwork':true}}}}"
            + "| /spec/template/spec/hostNetwork"
            + "| {'spec':{'paused':null,'template':{'spec':{'hostNetwork':null}}}}",
      })
  void whatIsForeignInClosedPathsGoes(
      String kind, String desired, String live, String path, String patch) {
    ClosedPaths closed = ClosedPaths.of(kind);
    assertThat(Drift.between(tree(desired), tree(live), closed))
        .extracting(Drift.Difference::path)
        .contains(path);
    assertThat(Correction.patch(tree(desired), tree(live), closed)).isEqualTo(tree(patch));
  }

  @Test
  void aCorrectionLeavesWhatIsOpenWhereItIs() {
    String desired =
        "{'metadata':{'labels':{'a':'b'},'ownerReferences':[{'uid':'1','controller':true}]},"
            + "'spec':{'selector':{'a':'b'}}}";
    String live =
        "{'metadata':{'labels':{'a':'x','team':'y'},'resourceVersion':'7',"
            + "'ownerReferences':[{'uid':'2'},{'uid':'1'}]},"
            + "'spec':{'selector':{'a':'b','c':'d'},'clusterIP':'10.0.0.1'},'status':{}}";
    assertThat(Correction.patch(tree(desired), tree(live), ClosedPaths.of("Service")))
        .isEqualTo(
            tree(
                "{'metadata':{'labels':{'a':'b'},"
                    + "'ownerReferences':[{'uid':'2'},{'uid':'1','controller':true}]},"
                    + "'spec':{'selector':{'c':null}}}"));
  }

  private List<Drift.Difference> differences(String desired, String live) {
    return Drift.between(tree(desired), tree(live), OPEN);
  }

  private com.fasterxml.jackson.databind.JsonNode tree(String text) {
    try {
      return json.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
