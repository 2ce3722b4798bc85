#!/usr/bin/env bash
# Says why a deployment of a stage failed, and whether it was taken back: what CloudFormation refused, and the alarms
# that were ringing. An alarm of a service makes ECS go back to the tasks of before, and CloudFormation with it.
#   why-failed.sh STAGE
# Needs the AWS CLI.
set -uo pipefail
stage=$1
for stack in data network services gateway jobs retraining watch; do
  name=tristore-$stage-$stack
  state=$(aws cloudformation describe-stacks --stack-name "$name" --query 'Stacks[0].StackStatus' --output text 2>/dev/null) ||
    continue
  case $state in
  UPDATE_ROLLBACK_COMPLETE | ROLLBACK_COMPLETE) echo "$name: $state: what ran before runs again" ;;
  *FAILED | *ROLLBACK*) echo "$name: $state: look at it before you deploy again" ;;
  *) continue ;;
  esac
  aws cloudformation describe-stack-events --stack-name "$name" --max-items 100 --output text --query \
    "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]" |
    sed 's/^/  /'
done
